using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Tests.Support;

namespace WebApp.Tests.Access;

/// <summary>Every route there is, asked for by everybody there is: each gets the status that <see cref="AccessTable"/> says.</summary>
public sealed class AccessTests
{
    private static readonly string[] Reading = ["GET", "HEAD"];

    private static readonly TestApp App = TestApp.Shared;

    [Test]
    public void Every_route_has_a_row() => Assert.That(
        from endpoint in App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]
        select $"{method} {endpoint.RoutePattern.RawText!.TrimStart('/')}",
        Is.EquivalentTo(AccessTable.All.Keys));

    [Test]
    public async Task Calls_let_in_whom_they_should() => Assert.That(string.Join("\n", await FaultsAsync(row => row.StartsWith("api/", StringComparison.Ordinal), CallAsync)), Is.Empty);

    [Test]
    public async Task Pages_let_in_whom_they_should() => Assert.That(string.Join("\n", await FaultsAsync(row => !row.StartsWith("api/", StringComparison.Ordinal), PageAsync)), Is.Empty);

    private static async Task<List<string>> FaultsAsync(Func<string, bool> which, Func<AccessScene, Actor, AccessRule, string, string, Task<string>> ask)
    {
        List<string> faults = [];
        var readers = await AccessScene.NewAsync();
        foreach (var (row, rule) in AccessTable.All)
        {
            var (method, route) = (row.Split(' ')[0], row.Split(' ')[1]);
            if (!which(route))
            {
                continue;
            }

            // Reading harms nobody, and administration only the things it is given; whoever else changes something does it to a scene of their own.
            var scene = Reading.Contains(method) || route.Contains("admin/", StringComparison.Ordinal) ? readers : await AccessScene.NewAsync();
            foreach (var who in Enum.GetValues<Actor>())
            {
                var (expected, found) = (rule.Expect(who), await ask(scene, who, rule, method, route));
                if (expected != found)
                {
                    faults.Add($"{row} as {who}: {found} in place of {expected}");
                }
            }
        }

        return faults;
    }

    private static async Task<string> CallAsync(AccessScene scene, Actor who, AccessRule rule, string method, string route)
    {
        var path = (await AccessThings.PathAsync(App, scene, route))["/api/v1".Length..];
        var bearer = await scene.BearerAsync(who, rule);
        var api = new ApiClient(App);
        if (route.Contains("/tokens/", StringComparison.Ordinal))
        {
            return $"{(int)(await api.PostFormAsync(path, bearer, ("token", "unknown"))).Status}";
        }

        var operation = ApiDocument.Shared.Operations.Single(one => one.Method.Method == method && one.Pattern.IsMatch($"/api/v1{path}"));
        return $"{(int)(await api.SendAsync(new(method), path, Body(scene, who, operation), bearer)).Status}";
    }

    // The document's example, with the caller's own password, and addresses and names that nobody else has.
    private static string? Body(AccessScene scene, Actor who, ApiOperation operation)
    {
        if (operation.BodyExample is not { } example || JsonNode.Parse(example.GetRawText()) is not JsonObject body)
        {
            return null;
        }

        foreach (var field in (string[])["password", "current_password"])
        {
            if (body.ContainsKey(field) && operation.Json.TryGetProperty("security", out var wanted) && wanted.GetArrayLength() > 0)
            {
                body[field] = scene[scene.Has(who) ? who : Actor.Owner].Password;
            }
        }

        foreach (var field in (string[])["email", "username"])
        {
            if (body.ContainsKey(field))
            {
                body[field] = $"{Guid.NewGuid():N}@example.org";
            }
        }

        if (operation.Path.Contains("/admin/roles", StringComparison.Ordinal))
        {
            body["name"] = $"r{Guid.NewGuid():N}";
        }

        return body.ToJsonString();
    }

    // What forms ask for, in one; each takes its own. Names that must be nobody else's are.
    private static (string, string)[] Form() =>
    [
        ("Name", $"r{Guid.NewGuid():N}"), ("Role", "member"), ("Email", $"{Guid.NewGuid():N}@example.org"), ("Reason", "Asked for help by telephone"), ("Format", "csv"),
    ];

    private static async Task<string> PageAsync(AccessScene scene, Actor who, AccessRule rule, string method, string route)
    {
        var path = await AccessThings.PathAsync(App, scene, route);
        using var browser = await scene.BrowserAsync(who);
        var form = scene.Has(who) && who != Actor.HalfSignedIn ? "/account" : "/login";
        var answer = method == "GET" ? await browser.GetAsync(path) : await browser.SubmitAsync(form, path, Form());
        return answer.Status switch
        {
            HttpStatusCode.Found when answer.Location is { } to && (to == "/login" || to.StartsWith("/login?", StringComparison.Ordinal)) => "login",
            HttpStatusCode.Found when answer.Location is { } to && to.StartsWith("/reauthenticate", StringComparison.Ordinal) => "reauthenticate",
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound => $"{(int)answer.Status}",
            >= HttpStatusCode.InternalServerError => $"{(int)answer.Status}",
            _ => "in",
        };
    }
}
