// Orders over graphql-transport-ws. The token "bad" is refused.
import { GraphQLID, GraphQLInt, GraphQLObjectType, GraphQLSchema } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { started } from './started.mjs';

const Order = new GraphQLObjectType({
  name: 'Order',
  fields: { id: { type: GraphQLID }, total: { type: GraphQLInt } },
});

async function* orders(after, last) {
  for (let id = Number(after ?? 0) + 1; id <= last; id++) {
    yield { orders: { id, total: 10 * id } };
  }
}

const schema = new GraphQLSchema({
  query: new GraphQLObjectType({ name: 'Query', fields: { last: { type: GraphQLInt } } }),
  subscription: new GraphQLObjectType({
    name: 'Subscription',
    fields: {
      orders: {
        type: Order,
        args: { after: { type: GraphQLID }, last: { type: GraphQLInt } },
        subscribe: (_, { after, last }) => orders(after, last),
      },
      idle: {
        type: Order,
        subscribe: async function* () {
          await new Promise(() => {}); // Nothing ever happens.
        },
      },
    },
  }),
});

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, path: '/graphql' });
useServer(
  {
    schema,
    connectionInitWaitTimeout: 200,
    onConnect: ({ connectionParams }) => connectionParams?.token !== 'bad',
  },
  server,
);
server.on('connection', socket => socket.on('error', () => {}));
server.on('listening', () => started(server));
