/** How do the applications become container images? */
@NullMarked
package dev.pgmend.e2e.image;

import org.jspecify.annotations.NullMarked;
