/**
 * Does pgmend find and mend every fault that it claims to, under load, on each Postgres, and leave
 * everything else alone?
 */
@NullMarked
package dev.pgmend.e2e.gauntlet;

import org.jspecify.annotations.NullMarked;
