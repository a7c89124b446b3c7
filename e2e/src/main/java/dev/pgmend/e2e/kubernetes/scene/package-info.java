/** What do the stages of the test share? */
@NullMarked
package dev.pgmend.e2e.kubernetes.scene;

import org.jspecify.annotations.NullMarked;
