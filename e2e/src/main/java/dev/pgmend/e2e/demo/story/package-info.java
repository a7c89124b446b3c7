/** What is the state of the demo and of each fault? */
@NullMarked
package dev.pgmend.e2e.demo.story;

import org.jspecify.annotations.NullMarked;
