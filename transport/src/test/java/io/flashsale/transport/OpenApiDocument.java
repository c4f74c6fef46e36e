package io.flashsale.transport;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Reads an OpenAPI description as far as ours uses the format, and holds answers against it. */
final class OpenApiDocument {
    /** Fields that belong to the message, which OpenAPI does not describe. */
    private static final Set<String> FRAMING = Set.of("content-length", "content-type", "connection");

    private static final Set<String> METHODS = Set.of("get", "head", "post", "delete", "options");

    private final JsonNode root;

    OpenApiDocument(final JsonNode root) {
        this.root = root;
    }

    /** One method of one path. */
    record Operation(String method, String path, JsonNode node) {
        String name() {
            return method + " " + path;
        }
    }

    List<Operation> operations() {
        final List<Operation> operations = new ArrayList<>();
        for (final Map.Entry<String, JsonNode> path : root.get("paths").properties()) {
            for (final Map.Entry<String, JsonNode> member : path.getValue().properties()) {
                if (METHODS.contains(member.getKey())) {
                    operations.add(
                            new Operation(member.getKey().toUpperCase(Locale.ROOT), path.getKey(), member.getValue()));
                }
            }
        }
        return operations;
    }

    Operation operation(final String name) {
        return operations().stream()
                .filter(operation -> operation.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    Set<String> paths() {
        final Set<String> paths = new TreeSet<>();
        root.get("paths").fieldNames().forEachRemaining(paths::add);
        return paths;
    }

    /** The parameters of an operation and of its path. */
    List<JsonNode> parameters(final Operation operation) {
        final List<JsonNode> parameters = new ArrayList<>();
        for (final JsonNode owner : List.of(root.get("paths").get(operation.path()), operation.node())) {
            owner.path("parameters").forEach(parameter -> parameters.add(resolve(parameter)));
        }
        return parameters;
    }

    /** Everything that is documented, as {@link #check} names it. */
    Set<String> documented() {
        final Set<String> names = new TreeSet<>();
        for (final Operation operation : operations()) {
            for (final Map.Entry<String, JsonNode> response :
                    operation.node().get("responses").properties()) {
                final String name = operation.name() + " " + response.getKey();
                final JsonNode content = resolve(response.getValue()).path("content");
                if (content.isEmpty()) {
                    names.add(name);
                }
                content.fieldNames().forEachRemaining(type -> names.add(name + " " + type));
            }
        }
        return names;
    }

    /** Holds an answer against an operation; returns a name of what it is an example of. */
    String check(final Operation operation, final RawClient.Response answer, final boolean hasBody) throws Exception {
        final String name = operation.name() + " " + answer.status();
        final JsonNode response = operation.node().get("responses").get(String.valueOf(answer.status()));
        assertNotNull(response, () -> name + " is not documented");
        final String type = check(name, resolve(response), answer, hasBody);
        return type.isEmpty() ? name : name + " " + type;
    }

    /** Holds an answer against a response of the components. */
    void check(final String component, final RawClient.Response answer, final boolean hasBody) throws Exception {
        check(component, root.get("components").get("responses").get(component), answer, hasBody);
    }

    private String check(
            final String name, final JsonNode response, final RawClient.Response answer, final boolean hasBody)
            throws Exception {
        checkFields(name, response.path("headers"), answer);
        final JsonNode content = response.path("content");
        final String field = answer.field("Content-Type");
        if (content.isEmpty()) {
            assertTrue(field == null && answer.body().isEmpty(), () -> name + " has a body");
            return "";
        }
        final String type = field.replaceFirst(";.*", "");
        assertTrue(content.has(type), () -> name + " as " + type + " is not documented");
        if (hasBody && type.endsWith("json")) {
            checkValue(name, resolve(content.get(type).get("schema")), JsonClient.parse(answer.body()));
        }
        return type;
    }

    private void checkFields(final String name, final JsonNode documented, final RawClient.Response answer) {
        final Set<String> known = new TreeSet<>(FRAMING);
        for (final Map.Entry<String, JsonNode> header : documented.properties()) {
            known.add(header.getKey().toLowerCase(Locale.ROOT));
            assertTrue(
                    answer.field(header.getKey()) != null
                            || !resolve(header.getValue()).path("required").asBoolean(),
                    () -> name + " lacks " + header.getKey());
        }
        assertTrue(
                known.containsAll(answer.fields().keySet()),
                () -> name + " has fields that are not documented: " + answer.raw());
    }

    /** Checks the part of JSON Schema that is used. */
    private void checkValue(final String where, final JsonNode schema, final JsonNode value) {
        final String type = schema.path("type").asText();
        final boolean fits = switch (type) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isTextual();
            case "integer" -> value.isIntegralNumber();
            case "boolean" -> value.isBoolean();
            default -> false;
        };
        assertTrue(fits, () -> where + " is no " + type + ": " + value);
        if (schema.has("enum")) {
            boolean listed = false;
            for (final JsonNode member : schema.get("enum")) {
                listed |= member.equals(value);
            }
            assertTrue(listed, where + " is not listed: " + value);
        }
        assertFalse(
                schema.has("minimum") && value.asLong() < schema.get("minimum").asLong(),
                () -> where + " is below its minimum: " + value);
        schema.path("required").forEach(name -> assertTrue(value.has(name.asText()), () -> where + " lacks " + name));
        if (schema.has("properties")) {
            for (final Map.Entry<String, JsonNode> member : value.properties()) {
                final JsonNode property = schema.get("properties").get(member.getKey());
                assertNotNull(property, () -> where + "." + member.getKey() + " is not documented");
                checkValue(where + "." + member.getKey(), resolve(property), member.getValue());
            }
        }
        for (final JsonNode element : type.equals("array") ? value : List.<JsonNode>of()) {
            checkValue(where + "[]", resolve(schema.get("items")), element);
        }
    }

    /** Every type of problem that is documented. */
    Set<String> problemTypes() {
        final Set<String> types = new TreeSet<>();
        root.at("/components/schemas/ProblemType/enum").forEach(type -> types.add(type.asText()));
        return types;
    }

    private JsonNode resolve(final JsonNode node) {
        if (!node.has("$ref")) {
            return node;
        }
        final JsonNode found = root.at(node.get("$ref").asText().substring(1));
        assertFalse(found.isMissingNode(), () -> "nothing at " + node);
        return found;
    }
}
