/** The journal of a repair, written before each statement, to resume or undo after a crash. */
@NullMarked
package dev.pgmend.healing.journal;

import org.jspecify.annotations.NullMarked;
