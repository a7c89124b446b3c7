// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.api.v1alpha1;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a text field, or the values of a map, a Kubernetes quantity in the schema: users can write
 * {@code 2} as well as {@code "1500m"}.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
@interface QuantityValue {
  /** Whether zero is refused. */
  boolean positive() default false;
}
