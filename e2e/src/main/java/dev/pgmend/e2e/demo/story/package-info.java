/** Where does the demo stand, and what has become of each fault? */
@NullMarked
package dev.pgmend.e2e.demo.story;

import org.jspecify.annotations.NullMarked;
