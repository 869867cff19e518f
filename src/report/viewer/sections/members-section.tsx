import type { MemberCell } from "../../member-table.js";
import { plural } from "../data/format.js";
import type { Report } from "../data/load.js";

/** Whether the members are copies of each other, now that all is quiet. */
export function MembersSection({ report }: { report: Report }) {
  const { rows, revision } = report.data.members;
  const unanswered = rows.flatMap((row) => row.unanswered);
  return (
    <section id="members" aria-labelledby="members-title">
      <h2 id="members-title">What the members said at the end</h2>
      {rows.length === 0 ? (
        <p class="soft">No member was asked at the end of this run.</p>
      ) : (
        <>
          <p class="lead">
            {plural(rows.length, "member")} asked
            {revision === undefined ? "" : ` what they hold at revision ${revision}`}, after
            everything was healed and the last reads were made. What differs is marked.
          </p>
          <div class="scroll" tabIndex={0} role="region" aria-label="Table of members">
            <table class="members">
              <thead>
                <tr>
                  <th scope="col">Member</th>
                  <th scope="col">etcd</th>
                  <th scope="col">Revision</th>
                  <th scope="col">Compacted</th>
                  <th scope="col">Hash</th>
                  <th scope="col">Keys</th>
                  <th scope="col">Alarms</th>
                  <th scope="col">Knows as members</th>
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <tr key={row.node}>
                    <th scope="row">{row.node}</th>
                    <Cell cell={row.version} />
                    <Cell cell={row.readRevision} />
                    <Cell cell={row.compactRevision} />
                    <Cell cell={row.hash} />
                    <Cell cell={row.keys} />
                    <Cell cell={row.alarms} />
                    <Cell cell={row.members} />
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          {unanswered.length > 0 && (
            <ul class="alarms">
              {unanswered.map((sentence) => (
                <li key={sentence}>{sentence}</li>
              ))}
            </ul>
          )}
        </>
      )}
    </section>
  );
}

function Cell({ cell }: { cell: MemberCell }) {
  // Marked by a sign as well: not everybody sees the colour.
  return cell.isOdd ? <td class="odd">≠ {cell.text}</td> : <td>{cell.text}</td>;
}
