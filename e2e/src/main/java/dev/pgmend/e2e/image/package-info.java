/** How are the applications packaged as container images? */
@NullMarked
package dev.pgmend.e2e.image;

import org.jspecify.annotations.NullMarked;
