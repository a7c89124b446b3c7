/** What was done? Enough, written before each act, to resume or undo after a crash. */
@NullMarked
package dev.pgmend.healing.journal;

import org.jspecify.annotations.NullMarked;
