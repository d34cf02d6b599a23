using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using WebApp.Areas.Api;
using WebApp.Tests.Support;

namespace WebApp.Tests.Areas.Api.OpenApi;

/// <summary>The OpenAPI document is valid and complete. That it is true, every test shows that calls the API (<see cref="ApiClient"/>).</summary>
public sealed partial class DocumentTests
{
    private static ApiDocument Document => ApiDocument.Shared;

    private static IEnumerable<ApiOperation> Operations => Document.Operations;

    [Test]
    public async Task It_is_served_to_anybody_and_valid_by_the_rules_of_OpenAPI_3_1()
    {
        using var http = TestApp.Shared.NewClient();
        var text = await http.GetStringAsync("/openapi/v1.json");
        var (_, diagnostic) = OpenApiDocument.Parse(text, "json");
        Assert.That(diagnostic!.SpecificationVersion, Is.EqualTo(OpenApiSpecVersion.OpenApi3_1));
        Assert.That(diagnostic.Errors.Select(error => error.ToString()), Is.Empty);
        Assert.That(diagnostic.Warnings.Select(warning => warning.ToString()), Is.Empty);
        Assert.That(text, Has.Length.LessThan(170_000), "responses and examples are shared");
    }

    [Test]
    public void It_has_every_route_of_the_API_and_no_other()
    {
        var routes = from endpoint in TestApp.Shared.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
                     let path = "/" + endpoint.RoutePattern.RawText!.TrimStart('/')
                     where path.StartsWith("/api/", StringComparison.Ordinal)
                     from method in endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods
                     select $"{method} {Constraint().Replace(path, "}")}";
        Assert.That(Operations.Select(operation => operation.ToString()), Is.EquivalentTo(routes));
    }

    [Test]
    public void Operations_have_ids_of_their_own() =>
        Assert.That(Operations.Select(operation => operation.Json.GetProperty("operationId").GetString()), Is.Unique.And.All.Match("^[A-Z][A-Za-z]+_[A-Z][A-Za-z]+$"));

    [Test]
    public void References_lead_somewhere()
    {
        var references = Find(Document.Root, "$ref").Select(reference => reference.GetString()!).Distinct().ToArray();
        Assert.That(references, Has.Length.GreaterThan(20));
        Assert.That(references.Where(reference => !Document.Root.GetProperty("components").GetProperty("schemas").TryGetProperty(reference["#/components/schemas/".Length..], out _)), Is.Empty);
    }

    [Test]
    public void Every_operation_is_described_completely()
    {
        using (Assert.EnterMultipleScope())
        {
            foreach (var operation in Operations)
            {
                AssertWhole(operation);
            }
        }
    }

    [Test]
    public void Every_code_there_is_is_described_somewhere()
    {
        var described = Find(Document.Root, "examples").SelectMany(Answer.Members).Distinct();
        var codes = typeof(ApiErrors).GetFields().Select(field => ((ApiError)field.GetValue(null)!).Code);
        Assert.That(codes.Except(described), Is.EqualTo(["method_not_allowed"]), "That is of no operation.");
    }

    [Test]
    public void Operations_that_need_a_token_say_so_and_no_others() => Assert.That(
        Operations.Where(operation => operation.Json.GetProperty("responses").TryGetProperty("401", out var refused) && refused.GetRawText().Contains("\"token_missing\"", StringComparison.Ordinal)),
        Is.EquivalentTo(Operations.Where(operation => operation.Json.TryGetProperty("security", out var wanted) && wanted.GetArrayLength() > 0)));

    private static void AssertWhole(ApiOperation operation)
    {
        var json = operation.Json;
        Assert.That(json.TryGetProperty("summary", out var summary) ? summary.GetString() : null, Is.Not.Null.And.Not.Empty, $"{operation}");
        Assert.That(json.GetProperty("description").GetString(), Is.Not.Empty);
        var responses = json.GetProperty("responses").EnumerateObject().ToArray();
        Assert.That(responses.Count(response => response.Name[0] == '2'), Is.EqualTo(1), $"{operation}");
        Assert.That(responses.Select(response => response.Name), Is.SupersetOf((string[])["403", "421", "500", "503"]));
        Assert.That(responses.Select(response => response.Value.GetProperty("description").GetString()), Has.None.Empty);
        foreach (var media in responses.Where(response => response.Value.TryGetProperty("content", out _)).SelectMany(response => response.Value.GetProperty("content").EnumerateObject())
            .Concat(json.TryGetProperty("requestBody", out var body) ? body.GetProperty("content").EnumerateObject() : []))
        {
            Assert.That(media.Name, Does.StartWith("application/").Or.EqualTo("text/csv"));
            JsonElement[] examples = media.Value.TryGetProperty("examples", out var several) ? [.. several.EnumerateObject().Select(one => one.Value.GetProperty("value"))] : [media.Value.GetProperty("example")];
            Assert.That(examples.SelectMany(example => Document.Faults(example, media.Value.GetProperty("schema"))), Is.Empty, $"{operation}");
        }
    }

    private static IEnumerable<JsonElement> Find(JsonElement json, string name) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(member => member.Name == name ? [member.Value] : Find(member.Value, name)),
        JsonValueKind.Array => json.EnumerateArray().SelectMany(item => Find(item, name)),
        _ => [],
    };

    [GeneratedRegex(@":[a-z]+\}")]
    private static partial Regex Constraint();
}
