using System.Text.Json.Serialization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace WebApp.Areas.Api.OpenApi;

/// <summary>
/// Which members of a contract are always there. A request must have those that cannot be null; an answer has all but those that are left
/// out when null.
/// </summary>
internal sealed class RequiredMembers : IOpenApiSchemaTransformer
{
    /// <inheritdoc/>
    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = context.JsonTypeInfo.Type;
        if (context.JsonPropertyInfo is null && schema.Properties is { Count: > 0 } && type.Namespace?.StartsWith("WebApp", StringComparison.Ordinal) == true)
        {
            var isRequest = type.Name.EndsWith("Request", StringComparison.Ordinal);
            schema.Required = context.JsonTypeInfo.Properties
                .Where(member => schema.Properties.ContainsKey(member.Name))
                .Where(member => isRequest ? !member.IsSetNullable || member.PropertyType.IsValueType && Nullable.GetUnderlyingType(member.PropertyType) is null : !IsLeftOut(member.AttributeProvider))
                .Select(member => member.Name)
                .ToHashSet();
        }

        return Task.CompletedTask;
    }

    private static bool IsLeftOut(System.Reflection.ICustomAttributeProvider? member) =>
        member?.GetCustomAttributes(typeof(JsonIgnoreAttribute), inherit: true).OfType<JsonIgnoreAttribute>().Any(ignore => ignore.Condition == JsonIgnoreCondition.WhenWritingNull) == true;
}
