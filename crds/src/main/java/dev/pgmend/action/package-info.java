/**
 * The mapping between findings, repairs and verdicts on one side, and HealingActions on the other.
 */
@NullMarked
package dev.pgmend.action;

import org.jspecify.annotations.NullMarked;
