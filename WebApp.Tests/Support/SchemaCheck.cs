using System.Text.Json;

namespace WebApp.Tests.Support;

/// <summary>Holds JSON to the part of JSON Schema that our document uses. Members that no schema names are faults: a contract hides nothing.</summary>
public sealed class SchemaCheck(JsonElement root)
{
    private static readonly JsonElement Anything = JsonDocument.Parse("{}").RootElement;

    /// <summary>What is wrong, each with where.</summary>
    public IEnumerable<string> Faults(JsonElement value, JsonElement schema, string at)
    {
        schema = Resolve(schema);
        foreach (var key in new[] { "oneOf", "anyOf" }.Where(key => schema.TryGetProperty(key, out _)))
        {
            return schema.GetProperty(key).EnumerateArray().Any(one => !Faults(value, one, at).Any()) ? [] : [$"{at} fits none of {key}"];
        }

        if (schema.TryGetProperty("allOf", out var parts))
        {
            // The first is the whole, the rest narrow it.
            return [.. Faults(value, parts[0], at), .. parts.EnumerateArray().Skip(1).SelectMany(part => MemberFaults(value, part, at))];
        }

        string[] types = !schema.TryGetProperty("type", out var type) ? [] : type.ValueKind == JsonValueKind.Array ? [.. type.EnumerateArray().Select(t => t.GetString()!)] : [type.GetString()!];
        // An integer is a number.
        if (types.Length > 0 && !types.Contains(TypeOf(value)) && !(value.ValueKind == JsonValueKind.Number && types.Contains("number")))
        {
            return [$"{at} is {TypeOf(value)}, not {string.Join(" or ", types)}"];
        }

        if (schema.TryGetProperty("enum", out var allowed) && !allowed.EnumerateArray().Any(one => JsonElement.DeepEquals(one, value)))
        {
            return [$"{at} is {value}, which is none of {allowed}"];
        }

        return value.ValueKind switch
        {
            JsonValueKind.Object => [.. Unnamed(value, schema, at), .. Missing(value, schema, at), .. MemberFaults(value, schema, at)],
            JsonValueKind.Array => [.. value.EnumerateArray().SelectMany((item, i) => Faults(item, schema.TryGetProperty("items", out var items) ? items : Anything, $"{at}[{i}]"))],
            JsonValueKind.String => FormatFaults(value, schema, at),
            _ => [],
        };
    }

    private static string TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Null => "null",
        JsonValueKind.Number => value.TryGetInt64(out _) ? "integer" : "number",
        _ => "boolean",
    };

    private static IEnumerable<string> Unnamed(JsonElement value, JsonElement schema, string at) => schema.TryGetProperty("additionalProperties", out _) ? []
        : Answer.Members(value).Where(name => !schema.TryGetProperty("properties", out var named) || !named.TryGetProperty(name, out _)).Select(name => $"{at}.{name} is not described");

    private static IEnumerable<string> Missing(JsonElement value, JsonElement schema, string at) => schema.TryGetProperty("required", out var required)
        ? required.EnumerateArray().Where(name => !value.TryGetProperty(name.GetString()!, out _)).Select(name => $"{at}.{name} is missing") : [];

    private static IEnumerable<string> FormatFaults(JsonElement value, JsonElement schema, string at) => (schema.TryGetProperty("format", out var format) ? format.GetString() : null) switch
    {
        "uuid" when !value.TryGetGuid(out _) => [$"{at} is no UUID"],
        "date-time" when !value.TryGetDateTimeOffset(out _) || !value.GetString()!.EndsWith('Z') => [$"{at} is no time in UTC"],
        _ => [],
    };

    private IEnumerable<string> MemberFaults(JsonElement value, JsonElement schema, string at) => value.ValueKind != JsonValueKind.Object ? [] : value.EnumerateObject().SelectMany(member =>
        schema.TryGetProperty("properties", out var named) && named.TryGetProperty(member.Name, out var own) ? Faults(member.Value, own, $"{at}.{member.Name}")
        : schema.TryGetProperty("additionalProperties", out var other) && other.ValueKind == JsonValueKind.Object ? Faults(member.Value, other, $"{at}.{member.Name}") : []);

    private JsonElement Resolve(JsonElement schema)
    {
        while (schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("$ref", out var reference))
        {
            schema = reference.GetString()!["#/".Length..].Split('/').Aggregate(root, (found, name) => found.GetProperty(name));
        }

        return schema;
    }
}
