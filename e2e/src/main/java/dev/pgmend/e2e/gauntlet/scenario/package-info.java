/** One way each for a database to fall ill. */
@NullMarked
package dev.pgmend.e2e.gauntlet.scenario;

import org.jspecify.annotations.NullMarked;
