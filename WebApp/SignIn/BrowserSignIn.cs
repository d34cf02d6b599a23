using static WebApp.SignIn.SignInResult;

namespace WebApp.SignIn;

/// <summary>Opens and ends the browser's session: the cookie and its row.</summary>
public sealed class BrowserSignIn
{
    /// <summary>Opens a session with a new key; a session the browser already held ends.</summary>
    public Task OpenAsync(HttpContext context, Authenticated user, bool remember, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Ends the browser's session. Nothing happens where there is none.</summary>
    public Task EndAsync(HttpContext context, CancellationToken cancel) => throw new NotImplementedException();
}
