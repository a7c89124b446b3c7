/** Connections to the Postgres of a PgCluster. */
@NullMarked
package dev.pgmend.operator.provider;

import org.jspecify.annotations.NullMarked;
