/** Where is the Postgres that a PgCluster means, and who are we there? One class per owner. */
@NullMarked
package dev.pgmend.operator.provider;

import org.jspecify.annotations.NullMarked;
