using Microsoft.AspNetCore.Authentication.JwtBearer;

namespace WebApp.Areas.Api.Bearer;

/// <summary>The Bearer scheme, and endpoints that do without the framework around it.</summary>
public static class BearerSetup
{
    extension(IServiceCollection services)
    {
        /// <summary>Registers JwtBearer with the application's own check of tokens.</summary>
        public void AddBearer()
        {
            services.AddSingleton<TokenGuesses>();
            services.AddSingleton<BearerAuthentication>();
            services.AddSingleton<BearerTokenHandler>();
            services.AddSingleton<BearerEvents>();
            services.AddAuthentication().AddJwtBearer();
            services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme).Configure<BearerTokenHandler, BearerEvents>((options, handler, events) =>
            {
                options.TokenHandlers.Clear();
                options.TokenHandlers.Add(handler);
                options.Events = events;
                options.SaveToken = false;
            });

            // It logs each refused token with an exception. What is wrong with a token is told to who sent it, and counted.
            services.AddLogging(logging => logging.AddFilter(typeof(JwtBearerHandler).FullName, LogLevel.None));
        }
    }

    extension(IEndpointRouteBuilder endpoints)
    {
        /// <summary>
        /// Maps an endpoint for callers with a good token that asks <see cref="BearerAuthentication"/> directly. JwtBearer, authorization and MVC
        /// around it cost as much as everything else that such a call does (docs/performance.md); a test holds both ways to the same answers.
        /// </summary>
        /// <param name="pattern">The route.</param>
        /// <param name="scope">What an API token needs.</param>
        /// <param name="answer">The answer to an admitted caller.</param>
        public IEndpointConventionBuilder MapBearerGet(string pattern, string scope, Func<HttpContext, BearerIdentity, Task> answer)
        {
            var authentication = endpoints.ServiceProvider.GetRequiredService<BearerAuthentication>();
            return endpoints.MapGet(pattern, context => AnswerAsync(context, authentication, scope, answer))
                .WithMetadata(authentication, new ApiTokenScopeAttribute(scope));
        }
    }

    /// <summary>Answers an admitted caller, and refuses all others.</summary>
    public static async Task AnswerAsync(HttpContext context, BearerAuthentication authentication, string scope, Func<HttpContext, BearerIdentity, Task> answer)
    {
        var (caller, refusal) = await authentication.AuthenticateAsync(context);
        await (refusal is not null ? BearerAuthentication.RefuseAsync(context, refusal)
            : BearerAuthentication.CheckScope(context, caller, scope) is { } problem ? problem.WriteAsync(context)
            : answer(context, caller!));
    }
}
