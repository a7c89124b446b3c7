/** Uses the other packages to inspect a database, and to run one repair. */
@NullMarked
package dev.pgmend.healing.engine;

import org.jspecify.annotations.NullMarked;
