/** Which faults does the gauntlet inject? One class each. */
@NullMarked
package dev.pgmend.e2e.gauntlet.fault;

import org.jspecify.annotations.NullMarked;
