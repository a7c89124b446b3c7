/** How is the demo shown: to a person, to a file, to a machine? */
@NullMarked
package dev.pgmend.e2e.demo.view;

import org.jspecify.annotations.NullMarked;
