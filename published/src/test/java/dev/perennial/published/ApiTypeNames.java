package dev.perennial.published;

import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.AnnotatedTypeVariable;
import java.lang.reflect.AnnotatedWildcardType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.TypeVariable;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Prints types with their arguments and nullness. Leaves out java.lang and the own package. */
final class ApiTypeNames {
  private final String ownPackage;

  ApiTypeNames(String ownPackage) {
    this.ownPackage = ownPackage;
  }

  String of(Class<?> type) {
    String packageName = type.getPackageName();
    String name = type.getCanonicalName();
    boolean isShort = packageName.equals("java.lang") || packageName.equals(ownPackage);
    return isShort && !type.isPrimitive() ? name.substring(packageName.length() + 1) : name;
  }

  String of(AnnotatedType type) {
    if (type instanceof AnnotatedArrayType array) {
      String brackets = isNullable(type) ? " @Nullable []" : "[]";
      return of(array.getAnnotatedGenericComponentType()) + brackets;
    }
    return (isNullable(type) ? "@Nullable " : "") + withoutNullness(type);
  }

  private String withoutNullness(AnnotatedType type) {
    if (type instanceof AnnotatedParameterizedType parameterized) {
      ParameterizedType raw = (ParameterizedType) type.getType();
      return of((Class<?>) raw.getRawType())
          + Arrays.stream(parameterized.getAnnotatedActualTypeArguments())
              .map(this::of)
              .collect(Collectors.joining(", ", "<", ">"));
    }
    if (type instanceof AnnotatedWildcardType wildcard) {
      AnnotatedType[] lower = wildcard.getAnnotatedLowerBounds();
      return lower.length > 0
          ? "? super " + of(lower[0])
          : "?" + bounds(wildcard.getAnnotatedUpperBounds());
    }
    if (type instanceof AnnotatedTypeVariable) {
      return type.getType().getTypeName();
    }
    return of((Class<?>) type.getType());
  }

  /** Prints a list of type parameters; empty if there are none. */
  String variables(TypeVariable<?>[] variables) {
    return variables.length == 0
        ? ""
        : Arrays.stream(variables)
            .map(variable -> variable.getName() + bounds(variable.getAnnotatedBounds()))
            .collect(Collectors.joining(", ", "<", ">"));
  }

  private String bounds(AnnotatedType[] bounds) {
    List<String> named =
        Arrays.stream(bounds).map(this::of).filter(bound -> !bound.equals("Object")).toList();
    return named.isEmpty() ? "" : " extends " + String.join(" & ", named);
  }

  private static boolean isNullable(AnnotatedElement type) {
    return Arrays.stream(type.getAnnotations())
        .anyMatch(annotation -> annotation.annotationType().getSimpleName().equals("Nullable"));
  }
}
