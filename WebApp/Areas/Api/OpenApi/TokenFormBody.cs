using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace WebApp.Areas.Api.OpenApi;

/// <summary>The body that <see cref="TokenFormAttribute"/> reads, for the document.</summary>
internal static class TokenFormBody
{
    /// <summary>Describes it.</summary>
    public static OpenApiRequestBody Describe() => new()
    {
        Required = true,
        Description = "A form, at most 64 KiB. Fields that are not known are ignored.",
        Content = new Dictionary<string, OpenApiMediaType>
        {
            ["application/x-www-form-urlencoded"] = new()
            {
                Schema = new OpenApiSchema
                {
                    Type = JsonSchemaType.Object,
                    Required = new HashSet<string> { "token" },
                    Properties = new Dictionary<string, IOpenApiSchema>
                    {
                        ["token"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "A token of any kind; exactly one." },
                        ["token_type_hint"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "Not needed and not looked at." },
                    },
                },
                Example = new JsonObject { ["token"] = ContractExamples.Refresh },
            },
        },
    };
}
