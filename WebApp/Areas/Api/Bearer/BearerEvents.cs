using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using WebApp.Features.Tokens;

namespace WebApp.Areas.Api.Bearer;

/// <summary>Runs the steps of <see cref="BearerAuthentication"/> that need the request, in JwtBearer's events; refusals have the code of the contract.</summary>
public sealed class BearerEvents(BearerAuthentication authentication) : JwtBearerEvents
{
    private const string Refused = "The token is refused.";

    /// <inheritdoc/>
    public override async Task MessageReceived(MessageReceivedContext context)
    {
        var refusal = BearerAuthentication.ReadHeader(context.Request, out var token);
        if (refusal is not null)
        {
            context.HttpContext.Features.Set(refusal);
            context.NoResult();
        }
        else if (token.IsEmpty)
        {
            // JwtBearer ignores an empty token, and would read the header itself.
            await AdmitAsync(context, TokenVerdict.Malformed.Instance);
        }
        else
        {
            context.Token = token.ToString();
        }
    }

    /// <inheritdoc/>
    public override Task TokenValidated(TokenValidatedContext context) => AdmitAsync(context, ((CheckedToken)context.SecurityToken).Verdict);

    /// <summary>A refused token keeps its code. Any other exception, such as for an unreachable database, is a server failure and is thrown on.</summary>
    public override Task AuthenticationFailed(AuthenticationFailedContext context) =>
        context.Exception is RefusedTokenException refused ? AdmitAsync(context, refused.Verdict) : Task.FromException(context.Exception);

    /// <summary>401 with the code, 429 or 403.</summary>
    public override Task Challenge(JwtBearerChallengeContext context)
    {
        context.HandleResponse();
        return BearerAuthentication.RefuseAsync(context.HttpContext, context.HttpContext.Features.Get<ApiError>() ?? ApiErrors.TokenMissing);
    }

    /// <summary>403.</summary>
    public override Task Forbidden(ForbiddenContext context) => new ApiProblem(ApiErrors.Forbidden).WriteAsync(context.HttpContext);

    private async Task AdmitAsync(ResultContext<JwtBearerOptions> context, TokenVerdict verdict)
    {
        var (caller, refusal) = await authentication.AdmitAsync(context.HttpContext, verdict);
        if (refusal is not null)
        {
            context.HttpContext.Features.Set(refusal);
            context.Fail(Refused);
            return;
        }

        context.HttpContext.Features.Set(caller);
        context.Principal = caller!.ToPrincipal();
        context.Success();
    }
}
