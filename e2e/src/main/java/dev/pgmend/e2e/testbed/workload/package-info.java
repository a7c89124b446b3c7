/** What do the shop's users ask of its database, and how long do they wait for it? */
@NullMarked
package dev.pgmend.e2e.testbed.workload;

import org.jspecify.annotations.NullMarked;
