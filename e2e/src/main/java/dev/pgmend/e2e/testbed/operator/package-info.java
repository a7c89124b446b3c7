/** How is the operator started, and what does it say? */
@NullMarked
package dev.pgmend.e2e.testbed.operator;

import org.jspecify.annotations.NullMarked;
