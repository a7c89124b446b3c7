/** Access to a Postgres: connections, deadlines, names, and facts that several packages use. */
@NullMarked
package dev.pgmend.healing.postgres;

import org.jspecify.annotations.NullMarked;
