/**
 * Which operators are the bottleneck of an execution, and what would relieving them save?
 *
 * <p>An execution is a network of activities, one per operator, each with the time that the
 * operator itself takes. Operators of one process are in series, because a process does one thing
 * at a time, in whatever order rows are pulled. Three kinds of operators run in parallel, and the
 * longest branch counts:
 *
 * <ul>
 *   <li>the members of a Parallel Append that are each run by one process; they are put on as many
 *       lanes as there are processes, the longest first, each on the lane that is free first,
 *   <li>the asynchronous members of an Append,
 *   <li>the processes of a Gather; they share each operator's work, so an operator's self time
 *       below a Gather is its work divided by the processes, and stays in series with the others.
 * </ul>
 *
 * A common table expression or init plan that several operators read runs once and counts once. It
 * runs in the leader: one that is read below a Gather runs before the Gather's workers start.
 *
 * <p>Example: a Gather of 2 ms above a Parallel Append of 1 ms with members of 30, 20 and 15 ms on
 * two processes, and an init plan of 4 ms. The lanes are {30} and {20, 15}, and the latency is 4 +
 * 35 + 1 + 2 = 42 ms. Making the first member faster saves nothing. The bottleneck is in the second
 * lane, for up to 5 ms; beyond that it consists of one operator of each lane.
 *
 * <p>Such networks are series-parallel. That is why the minimum cuts here need no reverse arcs: see
 * {@link dev.pgmend.learner.bottleneck.Bottlenecks}.
 */
@NullMarked
package dev.pgmend.learner.bottleneck;

import org.jspecify.annotations.NullMarked;
