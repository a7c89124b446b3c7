/** In which ways could pgmend do harm? One safety trial each. */
@NullMarked
package dev.pgmend.e2e.gauntlet.safety;

import org.jspecify.annotations.NullMarked;
