/** Which requests do the shop's users send, and how long do they take? */
@NullMarked
package dev.pgmend.e2e.testbed.workload;

import org.jspecify.annotations.NullMarked;
