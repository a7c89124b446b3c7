/** Joins the others: inspects a database, and carries one repair from plan to end. */
@NullMarked
package dev.pgmend.healing.engine;

import org.jspecify.annotations.NullMarked;
