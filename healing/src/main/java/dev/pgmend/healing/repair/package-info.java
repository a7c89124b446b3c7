/** Repairs of findings, with their undo and their progress. One class per repair. */
@NullMarked
package dev.pgmend.healing.repair;

import org.jspecify.annotations.NullMarked;
