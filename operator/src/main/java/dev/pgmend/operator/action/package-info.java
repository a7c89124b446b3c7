/** The life of one HealingAction: lifecycle, runs, journal, verification. */
@NullMarked
package dev.pgmend.operator.action;

import org.jspecify.annotations.NullMarked;
