using System.Net;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.SecondFactors.Passkeys;

/// <summary>Enrolments of passkeys that must be refused. Each differs from a good one in one thing alone.</summary>
public sealed class PasskeyEnrolmentAttackTests : PasskeyAttack
{
    private static IEnumerable<TestCaseData<Func<SoftAnswer, SoftAnswer>>> WrongEnrolments =>
        Wrong.Where(test => test.TestName!.Contains("origin") || test.TestName.Contains("framed") || test.TestName.Contains("recognised") || test.TestName.Contains("challenge"))
            .Select(test => { test.TestName = test.TestName!.Replace("An_answer", "An_enrolment"); return test; });

    [Test]
    public async Task An_enrolment_works_once()
    {
        var user = await App.CreateUserAsync();
        using var visitor = await SignedInAsync(user);
        using var passkey = new SoftPasskey(user.Id);
        var credential = passkey.Enrol(await BeginEnrolmentAsync(visitor), Good);
        var held = visitor.Cookies["passkey"];
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            using var copy = CopyOf(visitor);
            var answer = await EnrolAsync(copy, credential);
            return answer.Status;
        }));
        Assert.That(answers.Count(status => status == HttpStatusCode.OK), Is.EqualTo(1));
        Assert.That(await NamesAsync(user), Is.EqualTo("Security key"));
        await App.QueryAsync<object>("DELETE FROM user_passkeys WHERE user_id = $1", user.Id);
        visitor.With("passkey", held);
        Assert.That((await EnrolAsync(visitor, credential)).Status, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    [TestCaseSource(nameof(WrongEnrolments))]
    public async Task A_wrong_enrolment_is_refused(Func<SoftAnswer, SoftAnswer> how)
    {
        var user = await App.CreateUserAsync();
        using var visitor = await SignedInAsync(user);
        using var passkey = new SoftPasskey(user.Id);
        var answer = await EnrolAsync(visitor, passkey.Enrol(await BeginEnrolmentAsync(visitor), how(Good)));
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(await NamesAsync(user), Is.Null);
    }

    [Test]
    public async Task An_enrolment_is_for_the_session_that_began_it()
    {
        var (user, other) = (await App.CreateUserAsync(), await App.CreateUserAsync());
        using var visitor = await SignedInAsync(user);
        using var thief = await SignedInAsync(other);
        using var passkey = new SoftPasskey(user.Id);
        var credential = passkey.Enrol(await BeginEnrolmentAsync(visitor), Good);
        thief.With("passkey", visitor.Cookies["passkey"]);
        var answer = await EnrolAsync(thief, credential);
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(await NamesAsync(other), Is.Null);
        Assert.That(await NamesAsync(user), Is.Null);
    }

    private static async Task<string> BeginEnrolmentAsync(PageClient visitor)
    {
        var answer = await visitor.PostWithTokenAsync("/account/passkeys/add/options");
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.OK));
        return answer.Body;
    }

    private static Task<Answer> EnrolAsync(PageClient visitor, string credential) => visitor.PostWithTokenAsync("/account/passkeys/add", ("Credential", credential));

    private Task<string?> NamesAsync(TestUser user) => App.QueryAsync<string>("SELECT string_agg(data->>'Name', ',') FROM user_passkeys WHERE user_id = $1", user.Id);
}
