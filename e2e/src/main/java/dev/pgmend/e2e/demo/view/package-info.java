/** How is the demo shown on a terminal, in a file and as JSON? */
@NullMarked
package dev.pgmend.e2e.demo.view;

import org.jspecify.annotations.NullMarked;
