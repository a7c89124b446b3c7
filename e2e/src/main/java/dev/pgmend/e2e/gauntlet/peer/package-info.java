/** What would other tools do about a fault, by the rules that they publish? */
@NullMarked
package dev.pgmend.e2e.gauntlet.peer;

import org.jspecify.annotations.NullMarked;
