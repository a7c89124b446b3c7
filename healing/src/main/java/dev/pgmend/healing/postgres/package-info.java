/**
 * How do we talk to a Postgres: connections, deadlines, names, and the facts several parts ask for.
 */
@NullMarked
package dev.pgmend.healing.postgres;

import org.jspecify.annotations.NullMarked;
