// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.api.v1alpha1;

import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaPropsBuilder;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Walks a schema beside its record, and adds formats, quantities and the keys of lists. */
final class SchemaFormats {
  private SchemaFormats() {}

  static void apply(JSONSchemaProps schema, Class<?> type) {
    for (var component : type.getRecordComponents()) {
      var property = Manifests.property(schema, component.getName());
      property.setFormat(format(component));
      var key = component.getAnnotation(ListKey.class);
      if (key != null) {
        property.setXKubernetesListType("map");
        property.setXKubernetesListMapKeys(List.of(key.value()));
      }
      var quantity = component.getAnnotation(QuantityValue.class);
      if (quantity == null) {
        descend(property, component.getGenericType());
      } else if (component.getType() == Map.class) {
        property.getAdditionalProperties().setSchema(asQuantity(new JSONSchemaProps(), quantity));
      } else {
        asQuantity(property, quantity);
      }
    }
  }

  private static void descend(JSONSchemaProps property, Type type) {
    if (type instanceof ParameterizedType generic) {
      var element = generic.getActualTypeArguments()[generic.getActualTypeArguments().length - 1];
      var inner =
          generic.getRawType() == List.class
              ? property.getItems().getSchema()
              : property.getAdditionalProperties().getSchema();
      descend(inner, element);
    } else if (type instanceof Class<?> plain && plain.isRecord()) {
      apply(property, plain);
    }
  }

  private static @Nullable String format(RecordComponent component) {
    if (component.isAnnotationPresent(DateTime.class)) {
      return "date-time";
    }
    if (component.getType() == int.class || component.getType() == Integer.class) {
      return "int32";
    }
    return component.getType() == long.class || component.getType() == Long.class ? "int64" : null;
  }

  /** People write "cpu: 1" as they do in every pod. */
  private static JSONSchemaProps asQuantity(JSONSchemaProps schema, QuantityValue quantity) {
    var anyOf =
        new JSONSchemaPropsBuilder()
            .addNewAnyOf()
            .withType("integer")
            .endAnyOf()
            .addNewAnyOf()
            .withType("string")
            .endAnyOf()
            .build()
            .getAnyOf();
    schema.setType(null);
    schema.setXKubernetesIntOrString(true);
    schema.setAnyOf(anyOf);
    schema.setPattern(quantity.positive() ? Quantities.POSITIVE_PATTERN : Quantities.PATTERN);
    schema.setMinimum(quantity.positive() ? 1.0 : 0.0);
    return schema;
  }
}
