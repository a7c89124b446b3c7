/** The ways in which pgmend could do harm. */
@NullMarked
package dev.pgmend.e2e.gauntlet.safety;

import org.jspecify.annotations.NullMarked;
