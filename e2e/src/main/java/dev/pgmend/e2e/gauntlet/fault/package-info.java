/** The faults that the gauntlet injects, one class each. */
@NullMarked
package dev.pgmend.e2e.gauntlet.fault;

import org.jspecify.annotations.NullMarked;
