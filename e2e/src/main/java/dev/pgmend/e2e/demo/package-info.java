/** Which steps does the demo take, and in which order? */
@NullMarked
package dev.pgmend.e2e.demo;

import org.jspecify.annotations.NullMarked;
