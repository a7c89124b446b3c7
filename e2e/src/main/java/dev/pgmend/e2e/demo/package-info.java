/** What happens in the demo, and in which order? */
@NullMarked
package dev.pgmend.e2e.demo;

import org.jspecify.annotations.NullMarked;
