using System.Net;
using WebApp.Tests.Support;

namespace WebApp.Tests.Areas.Api;

/// <summary>Bodies mean what they say: what is left out is left alone, and a value of another type is no value.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class StrictJsonTests
{
    private static ApiClient Api => new(TestApp.Shared);

    [Test]
    public async Task A_member_that_is_left_out_leaves_its_value_alone()
    {
        var user = await TestApp.Shared.CreateUserAsync("Ada");
        var tokens = await Api.LoginAsync(user);

        Assert.That(await RenameAsync("{}"), Is.EqualTo("Ada"));
        Assert.That(await RenameAsync("""{"something_else":1}"""), Is.EqualTo("Ada"));
        Assert.That(await RenameAsync("""{"display_name":"Lin"}"""), Is.EqualTo("Lin"));
        Assert.That(await RenameAsync("""{"display_name":null}"""), Is.Null);

        async Task<string?> RenameAsync(string body)
        {
            var answer = await Api.SendAsync(HttpMethod.Patch, "/me", body, tokens.Access);
            Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.OK), answer.Text);
            var kept = (await Api.GetAsync("/me", tokens.Access)).Json.GetProperty("display_name").GetString();
            Assert.That(answer.Json.GetProperty("display_name").GetString(), Is.EqualTo(kept));
            return kept;
        }
    }

    [TestCase("""{"name":"ci","expires_in_days":"30"}""")]
    [TestCase("""{"name":"ci","scopes":[null]}""")]
    [TestCase("""{"name":"ci","scopes":["profile.read",null]}""")]
    [TestCase("""{"name":"ci","scopes":[1]}""")]
    [TestCase("""{"name":"ci","scopes":"profile.read"}""")]
    [TestCase("""{"name":7}""")]
    public async Task A_value_of_another_type_is_refused(string body)
    {
        var tokens = await Api.LoginAsync(await TestApp.Shared.CreateUserAsync());
        var answer = await Api.PostAsync("/api-tokens", body, tokens.Access);
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.BadRequest), answer.Text);
        Assert.That((await Api.GetAsync("/api-tokens", tokens.Access)).Json.GetArrayLength(), Is.Zero);
    }
}
