/** What would mend a finding, what undoes it, and how far has it got? One class per repair. */
@NullMarked
package dev.pgmend.healing.repair;

import org.jspecify.annotations.NullMarked;
