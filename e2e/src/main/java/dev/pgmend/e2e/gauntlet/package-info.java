/**
 * Does pgmend find and repair every fault that it claims to, under load, on each version of
 * Postgres, and change nothing else?
 */
@NullMarked
package dev.pgmend.e2e.gauntlet;

import org.jspecify.annotations.NullMarked;
