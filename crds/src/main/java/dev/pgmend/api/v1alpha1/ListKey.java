// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.api.v1alpha1;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Makes a list a map in the schema: elements are merged by this field, which is unique. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
@interface ListKey {
  /** Name of the field that identifies an element. */
  String value();
}
