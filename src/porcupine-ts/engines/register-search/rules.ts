/**
 * The rules that spare the search work. None changes a verdict; each can be switched off, so that
 * tests can show it.
 *
 * Words. The search places operations one after another. The *layer* is the rank of the first
 * return not accounted for, and "the due operation" the one that returns there; its return is the
 * *bound*. An operation is *open* if it was called before the bound and is not placed: it and no
 * other may come next. What *looks* is a read or what saw that the register differs; what *asks for*
 * a value is a read or a swap that finds it. A *completion* of a configuration is a legal order of
 * the rest in agreement with the times. A write in it is *shown* unless another write follows it
 * immediately (but for more such writes): then nothing sees its value, and it is *hidden*. We
 * choose among the completions one with the fewest shown writes and swaps by crashed operations.
 */
export const ruleNames = [
  /**
   * An open operation that looks and is legal now is placed now. Proof: moved to the front of a
   * completion it is legal and changes nothing, and being open it may come first.
   */
  "eager looking",
  /**
   * A write is hidden at its own return, if it can be, and not placed before. Say a write x was
   * shown at a layer with bound b. Any write w called before b and not placed yet was open there,
   * and can be put right before x: between them is nothing, so nothing sees w's value; nothing
   * before x returned before w was called or needs to come after w, nothing after x has to come
   * before w. So with every configuration goes its *cover*, the bound of the last shown write: an
   * open write called before the cover may be hidden at any time, or be shown after all. When such a
   * write is due, and a completion hides it, going on to the next layer loses nothing: the same
   * operations are open there, and more.
   */
  "hiding writes",
  /**
   * The cover is raised to the call of the first open write that it does not reach, or to the
   * bound: no write lies between, and all later ones are called after the bound. This makes
   * configurations equal that differ only in name.
   */
  "rounded cover",
  /**
   * A due write that may be hidden is hidden without a try to show it, if nothing could see its
   * value. Proof: take a completion that shows it at this layer, where it is the last thing placed or
   * is followed by something open. If what follows is open now, it asks for the value, or saw that
   * the register differs from what it holds now (or a crashed swap leads from the value to what is
   * asked for). If not, what follows was called later, and before that layer passes the first
   * operation called after this return that does more than differ: worth-showing.ts. If neither is
   * there, leaving the write hidden is a completion too.
   */
  "nothing to show",
  /**
   * Writes are shown only for a reason: x may come next only if (1) something open asks for its
   * value, or (2) x is due, or (3) x changes the value while something open saw that it differs from
   * what is there now, and that is due or the due operation is a write of the present value.
   * Crashed swaps only if (1) something open asks for what they leave or (3') something open saw
   * that the register differs from what they find. Asking is extended by crashed swaps: who asks for
   * b also asks for a if a crashed swap leads from a to b and can be used; and in case (3') for what
   * is there now.
   *
   * Proof. Take a completion that begins with a write x for which there is no reason. What comes
   * next after x is not open now and of use only with x's value, but for case (3). So it was called
   * later, and the layer moves on before: the due operation is a write that x hides, or that was
   * covered before. In the second case go on to the next layer and place x there. In the first show
   * the due write instead, which covers all that x would, and place x right before what comes next,
   * or at its own return if this is earlier. In case (3) x is followed by things that differ and then
   * by a write z. If z leaves another value than the present one, they can come after z, and x is
   * hidden by it. If z leaves the present value and is not due, what follows z is a swap which asks
   * for it: z first, hiding x, then the swap, then what differs. If the due operation is a write
   * that x or z hides: it first, then the same at the next layer. A crashed swap with no reason is
   * followed by a write, so that it can be left out, or by what is open at a later layer only.
   */
  "writes on demand",
  /**
   * Of open writes of one value only that with the earliest return is tried; of swaps between the
   * same values too; crashed ones only when no other is open; the crashed of one kind in the order
   * of their calls. Proof: in a completion that uses another one first, exchange the two. The
   * earlier moves to the front, where it may be, being open; the other takes its place, which is
   * before the return of the earlier and therefore of its own; what had to come after the other
   * comes after the front, too. A crashed one that gives way need not be used at all.
   */
  "earliest return first",
  /**
   * All values that nothing asks for and that nothing differed from become one. Proof: no
   * operation's legality depends on which of them the register holds.
   */
  "one unseen value",
  /**
   * A configuration is given up if another one was entered that can do all it can. Let A and B be at
   * the same layer with the same value. A completion of B is one of A (with less, or with some of it
   * left out) if A has placed all that looks that B has; the same swaps; no write that B has not;
   * a cover that reaches as far; and used no more of each crashed class. Proof: what A need not
   * place any more is left out. A write that B has placed and A has not was called before B's cover,
   * because it was shown, so that A may hide it.
   *
   * Configurations are remembered when they are entered, not when they fail: with crashed classes
   * that never run out, moves may lead in circles. That is right, too: of all configurations entered
   * that have a completion, take one nearest to the goal, counting first layers, then moves. It
   * has a move that leads nearer, and there another configuration was entered that is at least as
   * near, or the goal was found.
   */
  "dominance",
  /**
   * Crashed operations of a class may be used any number of times once the first was called. If
   * that has no order, then the real history has none. If it has one that uses each member once,
   * that is an order of the real history. Otherwise the classes that were used too often are
   * *counted* from now on, and the search begins anew: at most once for each class.
   */
  "crashed without limit",
  /**
   * Something due that asks for a value, while it is not there and nothing open or crashed leaves it:
   * there is no completion.
   */
  "nothing to wait for",
  /**
   * Crashed operations are used only after a look for a way without them: where nothing else is left
   * to try, their moves wait until the search has gone back by some frames, and only then it
   * returns to them. Nothing is left out by that; but what is used in vain is missing later. Where
   * the search gets stuck all the same, it begins anew, with more patience, some few times.
   */
  "crashed ones late",
  /**
   * When the search is stuck it looks at some of the history by itself: the last layers before the
   * one it cannot leave. If these have no order whatever came before, nothing has one.
   *
   * The stretch after time a up to time b is made of what was called before b and returned after a,
   * if at all. Its search may begin with any value. What looks and is open at a or b is left out;
   * swaps open there are taken as crashed; writes open at a are covered from the start; those open at
   * b stay as they are; of the crashed none is used yet.
   *
   * Proof. Cut an order of the whole history after the last of what returned by b, and then again
   * after the last of what returned by a. Before the second cut is nothing that was called after a,
   * because it would come before something that had returned. So what was called after a and returned
   * by b is all in between, in a legal order from some value on. There are also some of the crashed
   * and of what was open at a or b. To leave out what looks does no harm. Swaps may be there or not,
   * as if crashed. Writes open at a that were placed before the second cut are as good as hidden
   * before the first thing in the stretch; writes open at b that came after the first cut may as
   * well come last in the stretch.
   */
  "a stretch by itself",
] as const;

export type RuleName = (typeof ruleNames)[number];

/** What is in force. */
export type Rules = Readonly<Record<RuleName, boolean>>;

const restingOnHiding = [
  "rounded cover",
  "nothing to show",
  "writes on demand",
  "a stretch by itself",
] as const;

export function rulesInForce(changes: Partial<Record<RuleName, boolean>> = {}): Rules {
  const all = Object.fromEntries(ruleNames.map((name) => [name, true]));
  // Every name was given a value right above.
  const rules = { ...all, ...changes } as Record<RuleName, boolean>;
  // The proofs of these rest on hiding.
  if (!rules["hiding writes"]) {
    for (const name of restingOnHiding) rules[name] = false;
  }
  return rules;
}
