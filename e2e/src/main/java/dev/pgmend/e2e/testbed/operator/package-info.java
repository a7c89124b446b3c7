/** How is the operator started, and what does it print? */
@NullMarked
package dev.pgmend.e2e.testbed.operator;

import org.jspecify.annotations.NullMarked;
