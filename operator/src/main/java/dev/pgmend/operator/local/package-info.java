/** The in-process Kubernetes API behind run --manifests. */
@NullMarked
package dev.pgmend.operator.local;

import org.jspecify.annotations.NullMarked;
