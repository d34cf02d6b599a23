namespace WebApp.Tests.Access;

/// <summary>Who is let in where, and how the others are turned away. <paramref name="Expect"/> gives the outcome for each.</summary>
/// <param name="Expect">A status for calls; for pages <c>in</c>, <c>login</c>, or the status of an error.</param>
/// <param name="ByPermission">Whether the right API token is an administrator's.</param>
/// <param name="TokenWithoutHas">The one scope of the wrong API token.</param>
public sealed record AccessRule(Func<Actor, string> Expect, bool ByPermission = false, string TokenWithoutHas = "events.read")
{
    /// <summary>Whether it is a call that wants no token.</summary>
    public bool IsOpen { get; private init; }

    /// <summary>The same for a call that wants recent authentication: an API token was never authenticated.</summary>
    public AccessRule WithStepUp => this with { Expect = who => who == Actor.TokenWith ? "403" : Expect(who) };

    /// <summary>A page for everybody.</summary>
    public static readonly AccessRule OpenPage = new(_ => "in");

    /// <summary>A page for the signed-in, each with their own things.</summary>
    public static readonly AccessRule OwnPage = new(who => IsSignedIn(who) ? "in" : "login");

    /// <summary>A page for the signed-in about something that is not there.</summary>
    public static readonly AccessRule OwnNothing = new(who => IsSignedIn(who) ? "404" : "login");

    /// <summary>A page about something of the owner's, who is told nothing else there is.</summary>
    public static readonly AccessRule ThingPage = new(who => !IsSignedIn(who) ? "login" : who == Actor.Owner ? "in" : "404");

    /// <summary>A page for a sign-in that is half done.</summary>
    public static readonly AccessRule HalfPage = new(who => who == Actor.HalfSignedIn ? "in" : "login");

    /// <summary>A page of the console: to whom no section of it is open, there is no console.</summary>
    public static readonly AccessRule ConsolePage = new(who => InConsole(who, "403"));

    /// <summary>A page of the console about something that is not there.</summary>
    public static readonly AccessRule ConsoleNothing = new(who => who == Actor.Administrator ? "404" : InConsole(who, "403"));

    /// <summary>A page of the console that the clerk's one permission opens.</summary>
    public static readonly AccessRule ClerkPage = new(who => InConsole(who, "in"));

    /// <summary>Everybody ends at the login page.</summary>
    public static readonly AccessRule Leaving = new(_ => "login");

    /// <summary>A page that nobody finds, with ids of nothing.</summary>
    public static readonly AccessRule Nowhere = new(_ => "404");

    /// <summary>A page of a group, from this role on.</summary>
    public static AccessRule GroupPage(Actor from) => new(who => !IsSignedIn(who) ? "login"
        : who is Actor.OtherUser or Actor.Clerk or Actor.Administrator ? "404" : who < from ? "403" : "in");

    /// <summary>A call for everybody.</summary>
    public static AccessRule Open(int status) => new(_ => $"{status}") { IsOpen = true };

    /// <summary>A call about the caller's own things; <paramref name="forTokens"/> where some scope opens it to API tokens.</summary>
    public static AccessRule Own(int status, bool forTokens) => new(who => Turned(who, forTokens) ?? $"{status}");

    /// <summary>A call about something of the owner's: for all others there is no such thing.</summary>
    public static AccessRule Thing(int status, bool forTokens) => new(who => Turned(who, forTokens) ?? (who is Actor.Owner or Actor.TokenWith ? $"{status}" : "404"));

    /// <summary>A call about a group, from this role on.</summary>
    public static AccessRule Group(int status, Actor from) => new(who => Turned(who, true)
        ?? (who is Actor.OtherUser or Actor.Clerk or Actor.Administrator ? "404" : who < from ? "403" : $"{status}"));

    /// <summary>A call for whoever has a permission.</summary>
    public static AccessRule Permission(int status) =>
        new(who => Turned(who, true) ?? (who is Actor.Administrator or Actor.TokenWith ? $"{status}" : "403"), ByPermission: true);

    private static string InConsole(Actor who, string clerk) => !IsSignedIn(who) ? "login" : who switch
    {
        Actor.Administrator => "in",
        Actor.Clerk => clerk,
        _ => "404",
    };

    private static bool IsSignedIn(Actor who) => who is Actor.OtherUser or Actor.Member or Actor.GroupAdmin or Actor.Owner or Actor.Clerk or Actor.Administrator;

    private static string? Turned(Actor who, bool forTokens) => who switch
    {
        Actor.Anonymous or Actor.HalfSignedIn => "401",
        Actor.TokenWithout => "403",
        Actor.TokenWith when !forTokens => "403",
        _ => null,
    };
}
