using System.Text.RegularExpressions;
using WebApp.Tests.Support;

namespace WebApp.Tests.Areas.Api.OpenApi;

/// <summary>Sends every operation's example as it stands in the document, as somebody who may do everything; the answer is one that is described.</summary>
public sealed partial class WalkTests
{
    private static readonly string[] FaultsOfForm =
        ["malformed_request", "validation_failed", "unsupported_media_type", "payload_too_large", "method_not_allowed", "token_missing", "internal_error"];

    private static IEnumerable<ApiOperation> Operations => ApiDocument.Shared.Operations.Where(operation => !operation.Path.EndsWith("forward-auth", StringComparison.Ordinal));

    [Test]
    public async Task Every_example_is_understood()
    {
        using (Assert.EnterMultipleScope())
        {
            foreach (var operation in Operations)
            {
                await AssertUnderstoodAsync(operation);
            }
        }
    }

    private static async Task AssertUnderstoodAsync(ApiOperation operation)
    {
        var user = await TestApp.Shared.CreateUserAsync();
        await TestApp.Shared.QueryAsync<object>("INSERT INTO user_roles SELECT $1, id FROM roles WHERE name = 'admin'", user.Id);
        var api = new ApiClient(TestApp.Shared);
        var access = (await api.LoginAsync(user)).Access;
        var path = Parameter().Replace(operation.Path["/api/v1".Length..], _ => Guid.NewGuid().ToString());
        var form = operation.Json.TryGetProperty("requestBody", out var body) && body.GetProperty("content").TryGetProperty("application/x-www-form-urlencoded", out _);

        // That the answer is described, the client sees to.
        var answer = form ? await api.PostFormAsync(path, access, ("token", "x")) : await api.SendAsync(operation.Method, path, operation.BodyExample?.GetRawText(), access);
        Assert.That(FaultsOfForm, Does.Not.Contain(answer.Code), $"{operation}: {answer.Text}");
    }

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();
}
