using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Areas.Api.OpenApi;

namespace WebApp.Tests.Support;

/// <summary>The OpenAPI document, to hold answers to. It is the same in every application, whatever its settings.</summary>
public sealed partial class ApiDocument
{
    private static readonly Lazy<ApiDocument> Made = new(() => new(TestApp.Shared.Services.GetRequiredService<OpenApiText>().Utf8.GetAwaiter().GetResult()));

    // Members that a problem may have or not, whatever its example shows.
    private static readonly string[] Free = ["detail", "errors", "trace_id"];

    private ApiDocument(byte[] text)
    {
        Root = Expand(JsonNode.Parse(text)!);
        Operations =
        [
            .. from path in Root.GetProperty("paths").EnumerateObject()
               from operation in path.Value.EnumerateObject()
               select new ApiOperation(new(operation.Name.ToUpperInvariant()), path.Name, operation.Value, new($"^{Parameter().Replace(path.Name, "[^/]+")}$")),
        ];
    }

    /// <summary>It.</summary>
    public static ApiDocument Shared => Made.Value;

    /// <summary>All of it.</summary>
    public JsonElement Root { get; }

    /// <summary>Every call it describes.</summary>
    public IReadOnlyList<ApiOperation> Operations { get; }

    /// <summary>What of an answer is not as described; <paramref name="path"/> is below <c>/api/v1</c>, with its query.</summary>
    public IEnumerable<string> Faults(HttpMethod method, string path, Answer answer)
    {
        path = $"/api/v1{path.Split('?')[0]}";
        var reached = Operations.Where(operation => operation.Pattern.IsMatch(path)).ToArray();
        if (path.EndsWith("/probe", StringComparison.Ordinal) || (reached.Length == 0 && answer.Code is "not_found"))
        {
            return [];
        }

        return Array.Find(reached, operation => operation.Method == method) is { } found ? Faults(found, answer)
            : reached.Length > 0 && answer.Code is "method_not_allowed" ? [] : ["the call is not described"];
    }

    /// <summary>What of a value is not as its schema says.</summary>
    public IEnumerable<string> Faults(JsonElement value, JsonElement schema) => new SchemaCheck(Root).Faults(value, schema, "$");

    private IEnumerable<string> Faults(ApiOperation operation, Answer answer)
    {
        if (!operation.Json.GetProperty("responses").TryGetProperty($"{(int)answer.Status}", out var response))
        {
            return [$"the status {(int)answer.Status} is not described"];
        }

        var headers = response.TryGetProperty("headers", out var described) ? described.EnumerateObject().Where(header => IsRequired(header.Value)).Select(header => header.Name) : [];
        var missing = headers.Where(header => !answer.Headers.ContainsKey(header)).Select(header => $"the header {header} is missing");
        if (!response.TryGetProperty("content", out var content))
        {
            return answer.Text.Length == 0 ? missing : [.. missing, "no body is described"];
        }

        return !content.TryGetProperty(answer.MediaType ?? "", out var body) ? [.. missing, $"the media type {answer.MediaType} is not described"]
            : answer.MediaType is not ("application/json" or "application/problem+json") ? missing
            : [.. missing, .. Faults(answer.Json, body.GetProperty("schema")), .. answer.Code is { } code ? CodeFaults(answer, code, body) : []];
    }

    // A problem has just the members of its code's example.
    private static IEnumerable<string> CodeFaults(Answer answer, string code, JsonElement body)
    {
        if (!body.GetProperty("examples").TryGetProperty(code, out var example))
        {
            return [$"the code {code} is not described under {(int)answer.Status}"];
        }

        var (expected, found) = (Answer.Members(example.GetProperty("value")).Except(Free), Answer.Members(answer.Json).Except(Free));
        return expected.Order().SequenceEqual(found.Order()) ? [] : [$"{code} is described with {string.Join(", ", expected)} and has {string.Join(", ", found)}"];
    }

    // Puts shared responses and examples where they are referred to. Schemas stay references: they may contain themselves.
    private static JsonElement Expand(JsonNode document)
    {
        var components = document["components"]!;
        foreach (var response in components["responses"]!.AsObject())
        {
            var examples = response.Value!["content"]!["application/problem+json"]!["examples"]!.AsObject();
            foreach (var code in examples.Select(example => example.Key).ToArray())
            {
                examples[code] = components["examples"]![code]!.DeepClone();
            }
        }

        foreach (var responses in document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()).Select(operation => operation.Value!["responses"]!.AsObject()))
        {
            foreach (var (status, response) in responses.ToArray())
            {
                if (response!["$ref"]?.GetValue<string>() is { } reference)
                {
                    responses[status] = components["responses"]![reference.Split('/')[^1]]!.DeepClone();
                }
            }
        }

        return JsonSerializer.SerializeToElement(document);
    }

    private static bool IsRequired(JsonElement header) => header.TryGetProperty("required", out var required) && required.GetBoolean();

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();
}
